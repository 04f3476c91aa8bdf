"""Names by which the same person is called: short forms and the forms of English and Spanish (pure data).

Each line is one family of names, the formal name first. A short form may stand in several lines: then it may be any
of them. Two names are taken for each other when some line has both.
"""

from __future__ import annotations

_FAMILIES = """
abigail abby abbie gail
abraham abe bram
adalberto beto berto
adrian adriano
agustin augustine gus tin
alberto beto albert al bert tito
alejandra alex ale jandra sandra
alejandro alex ale jandro alexander
alexander alex al xander lex sasha sandy
alexandra alex lexi lexie sandra sandy alexa
alfonso poncho alonso fonso
alfredo fredo alfred al fred freddy
alicia licha alice
alison allison ali allie ally
amanda mandy amy
ana anita ann anna anne annie
andrea andi andie andy
andres andy andrew
andrew andy drew
angel angelito
angela angie angelina angelica
anthony tony ant
antonia toni tonia tona
antonio tony toño tono anthony
arthur art artie
arturo turo arthur
barbara barb babs barbie bobbie
beatrice bea trixie
beatriz betty bety bea
benito beni ben
benjamin ben benny benji benjie
bernardo nardo bernard bernie
bradley brad
brandon bran
brian bryan bryant
brittany britt brit britney
calvin cal
cameron cam
carlos carlitos charlie charles
carmen carmela carmelita mela
carolina caro carol
caroline carrie caro carol lina
catalina cata lina
catherine katherine kathryn kate katie kathy cathy cat kat kitty kay katy kathleen
cecilia ceci cecy cissy
charles charlie chuck chas chip charley
charlotte charlie lottie char
christian chris cristian
christina chris tina chrissy christine cristina kristina kristen kristin
christopher chris kit topher kris cristopher
clara clarita claire
concepcion concha conchita conny
consuelo chelo
cristina cris tina
cynthia cindy
dalila lila
daniel dan danny dani
daniela dani ela
david dave davey davy
deborah deb debbie debra
delfina fina
diana di diane dee
diego santiago
dolores lola lolita
dominic dom nick
dominga minga
donald don donny donnie
dorothy dot dottie dolly
douglas doug
eduardo lalo edu eddie edward
edward ed eddie ted teddy ned
edwin ed eddie
elena nena helen helena ellen
elizabeth liz lizzie beth betty betsy eliza elsie libby lisa elisabeth bess
elisabet eli isabel elizabeth
emily em emmy emilia
emilio milo emil
enrique quique kike henry
ernesto neto ernest ernie
esperanza pera lanza hope
esteban steve stephen
eugenio geño eugene gene
evelyn eve evie
federico fede fred lico
felipe pipe phillip
fernanda fer nanda
fernando fer nando
florencia flor
frances fran frannie francie
francisca paca pancha paquita
francisco paco pancho frank cisco kiko francis curro
franklin frank
frederick fred freddy freddie rick
gabriel gabe gabi
gabriela gabi gaby gabrielle
genevieve gen jen
george georgie
gerald gerry jerry
gerardo gera lalo jerry gerard
gilberto beto gil gilbert
gloria glori
gonzalo gonza chalo
graciela chela grace
gregorio goyo gregory greg
gregory greg gregg
guadalupe lupe lupita
guillermo memo guille william
gustavo tavo gus
harold hal harry
hector tito
henry hank harry hal
herbert herb bert
heriberto beto berto
hilario lalo layo
humberto beto
ignacio nacho
ines agnes nes
irene nena
isaac ike zac
isabel isa chabela bel belle isabella elizabeth
isabella bella izzy isa belle
isaiah ike zay
ismael isma maelo
israel isra
jacob jake jay jakob
jacobo coby
jacqueline jackie jacky
jaime jimmy james
james jim jimmy jamie jem
janet jan
javier javi xavier
jeffrey jeff geoff geoffrey
jennifer jen jenny jenni jenna
jeremy jerry jem jeremiah
jessica jess jessie
jesus chuy chucho
joaquin quino
john johnny jack jon jonny
jonathan jon john johnny nathan jonny
jorge coque george
jose pepe chepe pepito joseph
josefina josie fina pepa chepina
joseph joe joey jo
joshua josh
josue josh
juan juanito juancho john
juana juanita joan jane
judith judy jude
julian jules juli
juliana julia juli
julio jules
justin jus
karen kari
kenneth ken kenny
kevin kev
kimberly kim kimmy
laura lauri lori
lawrence larry lars lorenzo laurence
leonardo leo leonard nardo
leonard leo len lenny
leticia lety leti letty
lillian lily lil lilly liliana
lorenzo lencho
lourdes lulu
lucas luke
lucia lucy luci
luis lucho luisito louis
luisa lucha lisa louise
madeline maddie maddy madeleine magdalena
manuel manny manolo meme lolo
manuela manu manola
marcos marco mark marcus
margaret maggie meg peggy marge margie greta daisy peg rita
margarita mago rita marga margaret
maria mari mary maruca marucha
mariana mari nana
maribel mari bel
mario mayo
martin marty
martha marta marty
mary molly polly mae mamie
mateo matthew teo
matthew matt matty mathew
maureen mo
maximiliano max maxi
maximilian max
melissa mel missy lissa
mercedes meche merche
michael mike mikey mick mickey micheal
michelle shelly micki shell
miguel mike migue michael
miriam mimi
moises moi moy moses
monica moni
nancy nan
natalia nati nat talia natalie
natalie nat
nathan nate nat nathaniel
nathaniel nate nat nathan than
nicholas nick nicky nico nicolas
nicolas nico colas
nicole nicky nikki niki
norma normita
octavio tavo
oscar ozzy
pablo pablito paul
pamela pam pammy
patricia pat patty tricia trish patsy paty
patricio pato patrick
patrick pat paddy rick
paula pau paulina
pedro perico peter
penelope penny
peter pete
phillip phil philip pip
rachel rae raquel
rafael rafa rafe rafi
ramon moncho ray
raul rulo
raymond ray
raymundo ray mundo
rebecca becky becca bec rebeca
reynaldo rey naldo ronald
ricardo rick ricky richard rica
richard rick ricky dick rich richie
robert rob bob bobby robbie bert
roberto beto robert tito berto rob
rodolfo rudy fito
rodrigo rodri rigo
rogelio roy roger
ronald ron ronnie ronny
rosa rosita rose rosie chita
rosalinda linda rosa
rosario chayo charo
ruben benny rube
russell russ rusty
salvador chava salva sal
samantha sam sammy
samuel sam sammy
sandra sandy
santiago santi chago jaime diego
sara sarah sally sadie
sebastian seb bastian sebas
sergio checo serge
silvia chiva sylvia
sofia sofi sophia sophie fia
stephanie steph stephany steffi estefania estefany
stephen steve stevie steven stephan
susan sue suzie susie suzanne susana susanna
susana susi susan
teodoro teo theodore
teresa tere theresa terry tess tessa teri
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
tomas tommy thomas
valentina vale tina
valeria vale valerie
vanessa nessa vane
veronica vero ronnie
vicente chente vincent
victor vic vico
victoria vicky vicki tori vic toya
vincent vin vinny vince
violeta viole violet
virginia ginny ginger vicky
walter walt wally
wendy wen
william will bill billy willie liam willy
xavier xavi javier
ximena jimena mena
yolanda yoli yola
zachary zach zack zac zak
"""


FAMILIES = {
    formal: tuple(others)
    for formal, *others in (line.split() for line in _FAMILIES.replace("ñ", "n").strip().split("\n"))
}
"""Formal name to the other forms of it, normalised."""


def _members() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for whole, others in FAMILIES.items():
        for name in (whole, *others):
            found[name] = found.get(name, frozenset()) | {whole}
    return found


_MEMBERS = _members()
_NONE: frozenset[str] = frozenset()


def formal(name: str) -> frozenset[str]:
    """The formal names that a normalised name may stand for, itself if it is one; empty for a name not in the list."""
    return _MEMBERS.get(name, _NONE)


def variants(one: str, other: str) -> bool:
    """Whether two normalised names are forms of one name."""
    return not formal(one).isdisjoint(formal(other))
